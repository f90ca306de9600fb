-- A reply names the number that it came from, and nothing else: whom that number was written to.
CREATE INDEX "message_sms_sent_to" ON "message" ("address", "sent_at" DESC)
  WHERE "channel" = 'sms' AND "recipient_kind" = 'resident';
