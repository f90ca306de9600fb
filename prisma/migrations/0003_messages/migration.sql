-- What leaves. A notice is what an event calls for; a message is what really goes to one person on one channel, made
-- of one or more notices.

-- AlterTable
ALTER TABLE "resident" ADD COLUMN     "channels" TEXT[];

-- AlterTable
ALTER TABLE "notice" ADD COLUMN     "asks" TEXT[],
ADD COLUMN     "expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "flag" TEXT,
ADD COLUMN     "held_until" TIMESTAMPTZ(3),
ADD COLUMN     "hold_reason" TEXT,
ADD COLUMN     "planned_at" TIMESTAMPTZ(3),
ADD COLUMN     "purpose" TEXT NOT NULL DEFAULT 'work',
ADD COLUMN     "rank" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "urgent" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "message" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "key" TEXT,
    "channel" TEXT NOT NULL,
    "recipient_kind" TEXT NOT NULL,
    "recipient_id" UUID NOT NULL,
    "district_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "urgent" BOOLEAN NOT NULL DEFAULT false,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "provider" TEXT,
    "provider_id" TEXT,
    "subject" TEXT,
    "text" TEXT,
    "extra" JSONB,
    "segments" INTEGER,
    "local_day" DATE,
    "claimed_at" TIMESTAMPTZ(3),
    "sent_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "error" TEXT,
    "bad_address" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "message_notice" (
    "message_id" UUID NOT NULL,
    "notice_key" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "recipient_id" UUID NOT NULL,

    CONSTRAINT "message_notice_pkey" PRIMARY KEY ("notice_key","recipient_id","channel")
);

-- CreateTable
CREATE TABLE "message_receipt" (
    "provider" TEXT NOT NULL,
    "receipt_id" TEXT NOT NULL,
    "message_id" UUID,
    "provider_id" TEXT,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "bad_address" BOOLEAN NOT NULL DEFAULT false,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "message_receipt_pkey" PRIMARY KEY ("provider","receipt_id")
);

-- CreateTable
CREATE TABLE "inbound_message" (
    "provider" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "sender" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "outcome" TEXT,

    CONSTRAINT "inbound_message_pkey" PRIMARY KEY ("provider","id")
);

-- CreateTable
CREATE TABLE "contact_preference" (
    "resident_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "allowed" BOOLEAN NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "contact_preference_pkey" PRIMARY KEY ("resident_id","channel","purpose")
);

-- CreateTable
CREATE TABLE "messaging_rules" (
    "district_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "rules" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "created_by" TEXT NOT NULL,

    CONSTRAINT "messaging_rules_pkey" PRIMARY KEY ("district_id","version")
);

-- CreateTable
CREATE TABLE "digest_day" (
    "district_id" UUID NOT NULL,
    "local_day" DATE NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "digest_day_pkey" PRIMARY KEY ("district_id","local_day")
);

-- CreateIndex
CREATE UNIQUE INDEX "message_key_key" ON "message"("key");

-- CreateIndex
CREATE INDEX "message_recipient_id_local_day_idx" ON "message"("recipient_id", "local_day");

-- CreateIndex
CREATE INDEX "message_notice_message_id_idx" ON "message_notice"("message_id");

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_district_id_fkey" FOREIGN KEY ("district_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_notice" ADD CONSTRAINT "message_notice_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_notice" ADD CONSTRAINT "message_notice_notice_key_fkey" FOREIGN KEY ("notice_key") REFERENCES "notice"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_receipt" ADD CONSTRAINT "message_receipt_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_preference" ADD CONSTRAINT "contact_preference_resident_id_fkey" FOREIGN KEY ("resident_id") REFERENCES "resident"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "messaging_rules" ADD CONSTRAINT "messaging_rules_district_id_fkey" FOREIGN KEY ("district_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "digest_day" ADD CONSTRAINT "digest_day_district_id_fkey" FOREIGN KEY ("district_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

UPDATE "notice" SET "purpose" = 'reminder' WHERE "recipient_kind" = 'resident';

ALTER TABLE "notice" DROP CONSTRAINT "notice_status_known";
ALTER TABLE "notice" ADD CONSTRAINT "notice_status_known" CHECK ("status" IN
  ('queued', 'held', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'superseded', 'suppressed', 'expired'));
ALTER TABLE "notice" ADD CONSTRAINT "notice_held_says_why" CHECK ("status" <> 'held' OR "hold_reason" IS NOT NULL);
ALTER TABLE "message" ADD CONSTRAINT "message_channel_known" CHECK ("channel" IN ('sms', 'email'));
ALTER TABLE "message" ADD CONSTRAINT "message_recipient_kind_known" CHECK ("recipient_kind" IN ('resident', 'staff'));
ALTER TABLE "message" ADD CONSTRAINT "message_kind_known" CHECK ("kind" IN ('notice', 'digest'));
ALTER TABLE "message" ADD CONSTRAINT "message_status_known" CHECK ("status" IN
  ('queued', 'claimed', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'superseded', 'suppressed', 'expired'));
-- What has left can be looked at word by word.
ALTER TABLE "message" ADD CONSTRAINT "message_left_is_written" CHECK (
  "status" NOT IN ('claimed', 'sending', 'sent', 'delivered', 'unknown') OR ("text" IS NOT NULL AND "provider" IS NOT NULL)
);
ALTER TABLE "message_receipt" ADD CONSTRAINT "message_receipt_status_known" CHECK ("status" IN ('delivered', 'failed'));

-- The planner: what is due and in no message yet, oldest first.
DROP INDEX "notice_queued";
CREATE INDEX "notice_to_plan" ON "notice" ((coalesce("held_until", "due_at")), "key")
  WHERE "status" IN ('queued', 'held') AND "planned_at" IS NULL;
-- What has not left yet, by journey: withdrawn when it is pointless, listed before it goes.
CREATE INDEX "notice_waiting" ON "notice" ("due_at", "key") WHERE "status" IN ('queued', 'held');
CREATE INDEX "notice_unknown" ON "notice" ("finished_at") WHERE "status" = 'unknown';
CREATE INDEX "notice_contact_owed" ON "notice" ("finished_at") WHERE "flag" = 'contact-owed';

-- The dispatcher of one channel: urgent first, then the oldest; after a crash, what nobody knows about.
CREATE INDEX "message_claimable" ON "message" ("channel", "urgent" DESC, "due_at", "id") WHERE "status" = 'queued';
CREATE INDEX "message_in_flight" ON "message" ("channel") WHERE "status" IN ('claimed', 'sending');
-- What waits for one person: new matters join it.
CREATE INDEX "message_waiting_for" ON "message" ("recipient_id", "channel") WHERE "status" = 'queued';
-- A receipt names the provider's own id.
CREATE INDEX "message_provider_id" ON "message" ("provider", "provider_id") WHERE "provider_id" IS NOT NULL;
CREATE INDEX "message_receipt_unmatched" ON "message_receipt" ("provider", "provider_id") WHERE "message_id" IS NULL;

CREATE TRIGGER "messaging_rules_append_only" BEFORE UPDATE OR DELETE ON "messaging_rules" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
