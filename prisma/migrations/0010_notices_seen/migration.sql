-- What became of each notice is seen, and people act on it; what residents wrote is kept until somebody has read it.

-- AlterTable
ALTER TABLE "inbound_message" ADD COLUMN     "message_id" UUID,
ADD COLUMN     "position" BIGSERIAL NOT NULL,
ADD COLUMN     "read_at" TIMESTAMPTZ(3),
ADD COLUMN     "read_by" TEXT;

-- CreateTable
CREATE TABLE "notice_action" (
    "id" TEXT NOT NULL,
    "notice_key" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "reason" TEXT,
    "again" BOOLEAN NOT NULL DEFAULT false,
    "done_by" TEXT NOT NULL,
    "done_at" TIMESTAMPTZ(3) NOT NULL,
    "was" TEXT NOT NULL,
    "error" TEXT,
    "messages" UUID[],

    CONSTRAINT "notice_action_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "notice_action_notice_key_idx" ON "notice_action"("notice_key");

-- CreateIndex
CREATE UNIQUE INDEX "inbound_message_position_key" ON "inbound_message"("position");

-- CreateIndex
CREATE INDEX "inbound_message_message_id_idx" ON "inbound_message"("message_id");

-- CreateIndex
CREATE INDEX "notice_due_at_key_idx" ON "notice"("due_at", "key");

-- AddForeignKey
ALTER TABLE "inbound_message" ADD CONSTRAINT "inbound_message_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice_action" ADD CONSTRAINT "notice_action_notice_key_fkey" FOREIGN KEY ("notice_key") REFERENCES "notice"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

ALTER TABLE "notice_action" ADD CONSTRAINT "notice_action_known" CHECK ("action" IN ('retry', 'cancel'));
ALTER TABLE "notice_action" ADD CONSTRAINT "notice_action_says_why" CHECK ("reason" IS NOT NULL OR ("action" = 'retry' AND NOT "again"));
CREATE TRIGGER "notice_action_append_only" BEFORE UPDATE OR DELETE ON "notice_action" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
ALTER TABLE "inbound_message" ADD CONSTRAINT "inbound_message_read_by_somebody" CHECK (("read_at" IS NULL) = ("read_by" IS NULL));

-- What a reply answers: the latest message to that number before it.
UPDATE "inbound_message" i SET "message_id" = (
  SELECT m."id" FROM "message" m
  WHERE m."channel" = 'sms' AND m."recipient_kind" = 'resident' AND m."address" = i."sender" AND m."provider" IS NOT NULL
    AND m."sent_at" <= i."received_at"
  ORDER BY m."sent_at" DESC LIMIT 1);

CREATE INDEX "inbound_message_unread" ON "inbound_message" ("position")
  WHERE "read_at" IS NULL AND ("outcome" IN ('to-be-read', 'nothing-asked') OR "outcome" LIKE 'refused:%');
-- Called for and not gone, the oldest first: how long it has been free to leave.
CREATE INDEX "notice_not_gone" ON "notice" ("recipient_kind", (coalesce("planned_at", "held_until", "due_at")))
  WHERE "status" IN ('queued', 'held', 'sending');
CREATE INDEX "message_unsettled" ON "message" ("channel", "status") WHERE "status" IN ('failed', 'unknown');
