-- A district has a calendar of its own, and people see which deadlines are provisional.

-- AlterTable
ALTER TABLE "calendar" ADD COLUMN     "district_id" UUID;

-- AlterTable
ALTER TABLE "open_step" ADD COLUMN     "provisional" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "calendar_recomputed" (
    "version" TEXT NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "calendar_recomputed_pkey" PRIMARY KEY ("version")
);

-- CreateIndex
CREATE INDEX "calendar_district_id_created_at_idx" ON "calendar"("district_id", "created_at");

-- AddForeignKey
ALTER TABLE "calendar" ADD CONSTRAINT "calendar_district_id_fkey" FOREIGN KEY ("district_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "calendar_recomputed" ADD CONSTRAINT "calendar_recomputed_version_fkey" FOREIGN KEY ("version") REFERENCES "calendar"("version") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

UPDATE "open_step" o SET "provisional" = true FROM "journey" j
  WHERE j."id" = o."journey_id" AND (j."state"->'steps'->o."step"->>'provisional') = 'true';
