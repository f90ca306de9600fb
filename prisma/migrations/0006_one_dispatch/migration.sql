-- Notices leave as messages only. One that the sender before them had got across to somebody is done.
UPDATE "notice" n SET "status" = 'sent', "finished_at" = clock_timestamp()
  WHERE n."status" = 'queued' AND n."planned_at" IS NULL
    AND EXISTS (SELECT 1 FROM "notice_delivery" d WHERE d."notice_key" = n."key" AND d."status" = 'sent');

DROP TABLE "notice_delivery";
