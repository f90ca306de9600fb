-- When somebody of the staff is away, and who stands in.

-- CreateTable
CREATE TABLE "staff_absence" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "staff_id" UUID NOT NULL,
    "from_day" DATE NOT NULL,
    "until_day" DATE NOT NULL,
    "deputy_id" UUID,
    "reason" TEXT NOT NULL,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "cancelled" BOOLEAN NOT NULL DEFAULT false,
    "planned_until_day" DATE,
    "ended_by" TEXT,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "staff_absence_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "staff_absence_staff_id_from_day_idx" ON "staff_absence"("staff_id", "from_day");

-- AddForeignKey
ALTER TABLE "staff_absence" ADD CONSTRAINT "staff_absence_staff_id_fkey" FOREIGN KEY ("staff_id") REFERENCES "staff"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "staff_absence" ADD CONSTRAINT "staff_absence_deputy_id_fkey" FOREIGN KEY ("deputy_id") REFERENCES "staff"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

ALTER TABLE "staff_absence" ADD CONSTRAINT "staff_absence_reason_known" CHECK ("reason" IN ('leave', 'sick', 'training', 'left', 'other'));
ALTER TABLE "staff_absence" ADD CONSTRAINT "staff_absence_days" CHECK ("until_day" >= "from_day" AND "until_day" - "from_day" < 366);
ALTER TABLE "staff_absence" ADD CONSTRAINT "staff_absence_deputy_is_another" CHECK ("deputy_id" <> "staff_id");
ALTER TABLE "staff_absence" ADD CONSTRAINT "staff_absence_ended_whole" CHECK (
  ("ended_at" IS NULL AND "ended_by" IS NULL AND "planned_until_day" IS NULL AND NOT "cancelled")
  OR ("ended_at" IS NOT NULL AND "ended_by" IS NOT NULL AND "planned_until_day" IS NOT NULL)
);

-- Who is away today is asked in every round of planning.
CREATE INDEX "staff_absence_in_force" ON "staff_absence" ("until_day") WHERE NOT "cancelled";

-- It is cancelled, and stays on record.
CREATE TRIGGER "staff_absence_not_deleted" BEFORE DELETE ON "staff_absence" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
