-- CreateTable
CREATE TABLE "slot_pool" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "code" TEXT NOT NULL,
    "organisation_id" UUID NOT NULL,
    "district_id" UUID NOT NULL,
    "site" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "audience" TEXT NOT NULL,
    "rules" JSON NOT NULL,
    "expanded_until" DATE NOT NULL,
    "hold_seconds" INTEGER NOT NULL,
    "offer_seconds" INTEGER NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "slot_pool_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "slot" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "pool_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "capacity" INTEGER NOT NULL,
    "taken" INTEGER NOT NULL DEFAULT 0,
    "bookable_until" TIMESTAMPTZ(3) NOT NULL,
    "green_places" INTEGER NOT NULL DEFAULT 0,
    "green_until" TIMESTAMPTZ(3),
    "released_at" TIMESTAMPTZ(3),

    CONSTRAINT "slot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "appointment" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "slot_id" UUID NOT NULL,
    "resident_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "journey_id" UUID,
    "step" TEXT,
    "audience" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "held_until" TIMESTAMPTZ(3),
    "waiting_id" UUID,
    "moved_to_id" UUID,
    "key" TEXT,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "created_by" TEXT NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "appointment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "waiting_entry" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "pool_id" UUID NOT NULL,
    "resident_id" UUID NOT NULL,
    "journey_id" UUID,
    "step" TEXT,
    "urgency" TEXT NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,
    "ranks_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'waiting',
    "passed" INTEGER NOT NULL DEFAULT 0,
    "finished_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,

    CONSTRAINT "waiting_entry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "slot_pool_code_key" ON "slot_pool"("code");

-- CreateIndex
CREATE INDEX "slot_pool_district_id_service_idx" ON "slot_pool"("district_id", "service");

-- CreateIndex
CREATE INDEX "slot_starts_at_idx" ON "slot"("starts_at");

-- CreateIndex
CREATE UNIQUE INDEX "slot_pool_id_starts_at_key" ON "slot"("pool_id", "starts_at");

-- CreateIndex
CREATE UNIQUE INDEX "appointment_moved_to_id_key" ON "appointment"("moved_to_id");

-- CreateIndex
CREATE UNIQUE INDEX "appointment_key_key" ON "appointment"("key");

-- CreateIndex
CREATE INDEX "appointment_slot_id_idx" ON "appointment"("slot_id");

-- CreateIndex
CREATE INDEX "appointment_resident_id_idx" ON "appointment"("resident_id");

-- CreateIndex
CREATE INDEX "appointment_journey_id_idx" ON "appointment"("journey_id");

-- AddForeignKey
ALTER TABLE "slot_pool" ADD CONSTRAINT "slot_pool_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "slot_pool" ADD CONSTRAINT "slot_pool_district_id_fkey" FOREIGN KEY ("district_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "slot" ADD CONSTRAINT "slot_pool_id_fkey" FOREIGN KEY ("pool_id") REFERENCES "slot_pool"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "appointment" ADD CONSTRAINT "appointment_slot_id_fkey" FOREIGN KEY ("slot_id") REFERENCES "slot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "appointment" ADD CONSTRAINT "appointment_resident_id_fkey" FOREIGN KEY ("resident_id") REFERENCES "resident"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "appointment" ADD CONSTRAINT "appointment_journey_id_fkey" FOREIGN KEY ("journey_id") REFERENCES "journey"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "appointment" ADD CONSTRAINT "appointment_waiting_id_fkey" FOREIGN KEY ("waiting_id") REFERENCES "waiting_entry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "appointment" ADD CONSTRAINT "appointment_moved_to_id_fkey" FOREIGN KEY ("moved_to_id") REFERENCES "appointment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "waiting_entry" ADD CONSTRAINT "waiting_entry_pool_id_fkey" FOREIGN KEY ("pool_id") REFERENCES "slot_pool"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "waiting_entry" ADD CONSTRAINT "waiting_entry_resident_id_fkey" FOREIGN KEY ("resident_id") REFERENCES "resident"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "waiting_entry" ADD CONSTRAINT "waiting_entry_journey_id_fkey" FOREIGN KEY ("journey_id") REFERENCES "journey"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

ALTER TABLE "slot" ADD CONSTRAINT "slot_never_given_away_twice" CHECK ("taken" BETWEEN 0 AND "capacity");
ALTER TABLE "slot" ADD CONSTRAINT "slot_ends_after_it_starts" CHECK ("ends_at" > "starts_at");
ALTER TABLE "slot" ADD CONSTRAINT "slot_green_places_whole" CHECK ("green_places" >= 0 AND ("green_places" = 0 OR "green_until" IS NOT NULL));
ALTER TABLE "slot_pool" ADD CONSTRAINT "slot_pool_audience_known" CHECK ("audience" IN ('community-screening', 'green-channel', 'general'));
ALTER TABLE "appointment" ADD CONSTRAINT "appointment_audience_known" CHECK ("audience" IN ('community-screening', 'green-channel', 'general'));
ALTER TABLE "appointment" ADD CONSTRAINT "appointment_status_known"
  CHECK ("status" IN ('held', 'offered', 'booked', 'checked-in', 'completed', 'missed', 'cancelled', 'expired', 'moved'));
ALTER TABLE "appointment" ADD CONSTRAINT "appointment_held_until_an_instant"
  CHECK ("status" NOT IN ('held', 'offered') OR "held_until" IS NOT NULL);
ALTER TABLE "waiting_entry" ADD CONSTRAINT "waiting_entry_urgency_known" CHECK ("urgency" IN ('green-channel', 'urgent', 'routine'));
ALTER TABLE "waiting_entry" ADD CONSTRAINT "waiting_entry_status_known"
  CHECK ("status" IN ('waiting', 'offered', 'served', 'declined', 'withdrawn'));

-- Nobody has two places of one service.
CREATE UNIQUE INDEX "appointment_one_of_a_service" ON "appointment" ("resident_id", "service")
  WHERE "status" IN ('held', 'offered', 'booked', 'checked-in');
CREATE INDEX "appointment_to_expire" ON "appointment" ("held_until") WHERE "status" IN ('held', 'offered');
CREATE INDEX "slot_free" ON "slot" ("pool_id", "starts_at") WHERE "taken" < "capacity";
CREATE UNIQUE INDEX "waiting_entry_once" ON "waiting_entry" ("pool_id", "resident_id") WHERE "status" IN ('waiting', 'offered');
CREATE INDEX "waiting_entry_order" ON "waiting_entry" ("pool_id", "ranks_at", "id") WHERE "status" = 'waiting';

-- A place is taken from the first hold until it is given back, whoever writes the appointment.
CREATE FUNCTION "takes_a_place"("status" TEXT) RETURNS INTEGER LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN "status" IN ('cancelled', 'expired', 'moved') THEN 0 ELSE 1 END;

CREATE FUNCTION "appointment_counts"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before INTEGER := CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE takes_a_place(OLD."status") END;
  now_takes INTEGER := CASE WHEN TG_OP = 'DELETE' THEN 0 ELSE takes_a_place(NEW."status") END;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD."slot_id" = NEW."slot_id" THEN
    IF before <> now_takes THEN
      UPDATE "slot" SET "taken" = "taken" + now_takes - before WHERE "id" = NEW."slot_id";
    END IF;
    RETURN NULL;
  END IF;
  IF before = 1 THEN UPDATE "slot" SET "taken" = "taken" - 1 WHERE "id" = OLD."slot_id"; END IF;
  IF now_takes = 1 THEN UPDATE "slot" SET "taken" = "taken" + 1 WHERE "id" = NEW."slot_id"; END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "appointment_counts" AFTER INSERT OR DELETE OR UPDATE OF "status", "slot_id" ON "appointment"
  FOR EACH ROW EXECUTE FUNCTION "appointment_counts"();
