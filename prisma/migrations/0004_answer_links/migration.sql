-- CreateTable
CREATE TABLE "answer_link" (
    "id" TEXT NOT NULL,
    "notice_key" TEXT NOT NULL,
    "message_id" UUID,
    "resident_id" UUID NOT NULL,
    "journey_id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "asks" TEXT[] NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "answered_at" TIMESTAMPTZ(3),
    "answer" TEXT,
    "note" TEXT,
    "answers" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "answer_link_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "answer_link_journey_id_idx" ON "answer_link"("journey_id");

-- CreateIndex
CREATE UNIQUE INDEX "answer_link_notice_key_resident_id_key" ON "answer_link"("notice_key", "resident_id");

-- AddForeignKey
ALTER TABLE "answer_link" ADD CONSTRAINT "answer_link_resident_id_fkey" FOREIGN KEY ("resident_id") REFERENCES "resident"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "answer_link" ADD CONSTRAINT "answer_link_journey_id_fkey" FOREIGN KEY ("journey_id") REFERENCES "journey"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

ALTER TABLE "answer_link" ADD CONSTRAINT "answer_link_id_form" CHECK ("id" ~ '^[A-Za-z0-9_-]{11}$');
ALTER TABLE "answer_link" ADD CONSTRAINT "answer_link_asks_known" CHECK ("asks" <@ ARRAY['confirm', 'another-time', 'done-elsewhere']);
ALTER TABLE "answer_link" ADD CONSTRAINT "answer_link_answer_known" CHECK ("answer" IN ('confirmed', 'another-time', 'done-elsewhere', 'do-not-contact'));
ALTER TABLE "answer_link" ADD CONSTRAINT "answer_link_answered_whole" CHECK (
  ("answers" = 0 AND "answer" IS NULL AND "answered_at" IS NULL AND "note" IS NULL)
  OR ("answers" > 0 AND "answer" IS NOT NULL AND "answered_at" IS NOT NULL)
);
