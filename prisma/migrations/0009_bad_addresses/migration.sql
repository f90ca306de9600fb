-- Addresses that are known to be bad are not tried again, and are work for a person; so is a message of which nobody
-- knows whether it has arrived.

-- AlterTable
ALTER TABLE "message" ADD COLUMN     "doubt_raised_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "bad_address" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "resident_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "notice_key" TEXT NOT NULL,
    "learned_at" TIMESTAMPTZ(3) NOT NULL,
    "raise_at" TIMESTAMPTZ(3),
    "raised" INTEGER NOT NULL DEFAULT 0,
    "journey_id" UUID,
    "outcome" TEXT,

    CONSTRAINT "bad_address_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "bad_address_resident_id_channel_address_key" ON "bad_address"("resident_id", "channel", "address");

-- From here on: what the Prisma schema cannot say.

ALTER TABLE "bad_address" ADD CONSTRAINT "bad_address_channel_known" CHECK ("channel" IN ('sms', 'email'));
ALTER TABLE "bad_address" ADD CONSTRAINT "bad_address_settled_says_how" CHECK ("raise_at" IS NOT NULL OR "outcome" IS NOT NULL);
-- It names no resident by a foreign key: who writes it has locked notices, and whoever locks a person does that first.

-- What a person is to be given, and was not yet.
CREATE INDEX "bad_address_owed" ON "bad_address" ("raise_at") WHERE "raise_at" IS NOT NULL;
CREATE INDEX "message_in_doubt" ON "message" ("channel", "finished_at")
  WHERE "status" = 'unknown' AND "kind" = 'notice' AND "doubt_raised_at" IS NULL;

-- One list of what is owed, not two.
DROP INDEX "notice_contact_owed";
UPDATE "notice" SET "flag" = NULL WHERE "flag" IN ('contact-owed', 'contact-told');

-- Whoever changes an address, by whatever way, says that the new one is worth a try.
CREATE FUNCTION "forget_bad_addresses"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "bad_address" WHERE "resident_id" = NEW."id" AND ("address" = ''
    OR ("channel" = 'sms' AND NEW."phone" IS DISTINCT FROM OLD."phone")
    OR ("channel" = 'email' AND NEW."email" IS DISTINCT FROM OLD."email"));
  RETURN NULL;
END;
$$;
CREATE TRIGGER "resident_address_changed" AFTER UPDATE OF "phone", "email" ON "resident" FOR EACH ROW
  WHEN (NEW."phone" IS DISTINCT FROM OLD."phone" OR NEW."email" IS DISTINCT FROM OLD."email")
  EXECUTE FUNCTION "forget_bad_addresses"();
