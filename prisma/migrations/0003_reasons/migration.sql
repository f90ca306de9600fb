-- Who took note of a warning, when and why: from then on it rings no more, and before that it does not lapse.
CREATE TABLE "warning_acknowledged" (
    "warning" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "acknowledged_by" TEXT NOT NULL,
    "acknowledged_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "warning_acknowledged_pkey" PRIMARY KEY ("warning")
);

-- Why two records were taken for one person, or whatever else reached a person's journeys.
ALTER TABLE "person_event" ADD COLUMN "reason" TEXT;
