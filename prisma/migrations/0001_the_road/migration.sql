-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "organisation" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "code" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "parent_id" UUID,
    "referral_hospital_id" UUID,
    "phone" TEXT,

    CONSTRAINT "organisation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organisation_name" (
    "organisation_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "organisation_name_pkey" PRIMARY KEY ("organisation_id","name")
);

-- CreateTable
CREATE TABLE "staff" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "organisation_id" UUID NOT NULL,
    "email" TEXT,
    "phone" TEXT,
    "deputy_id" UUID,
    "active" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "staff_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resident" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "identity_number" TEXT NOT NULL,
    "birth_date" DATE NOT NULL,
    "sex" TEXT NOT NULL,
    "phone" TEXT,
    "email" TEXT,
    "locale" TEXT NOT NULL DEFAULT 'zh',
    "contract_doctor_id" UUID,
    "centre_id" UUID NOT NULL,
    "consent" JSONB NOT NULL DEFAULT '{}',
    "status" TEXT NOT NULL DEFAULT 'active',
    "merged_into_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "resident_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person_event" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "resident_id" UUID NOT NULL,
    "answer" JSONB NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "person_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pathway_definition" (
    "pathway" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "content_hash" TEXT NOT NULL,
    "source" JSON NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_by" TEXT NOT NULL,

    CONSTRAINT "pathway_definition_pkey" PRIMARY KEY ("pathway","version")
);

-- CreateTable
CREATE TABLE "calendar" (
    "version" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "calendar" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "created_by" TEXT NOT NULL,

    CONSTRAINT "calendar_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "journey" (
    "id" UUID NOT NULL,
    "resident_id" UUID NOT NULL,
    "pathway" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" JSON NOT NULL,
    "seq" INTEGER NOT NULL,
    "stage" TEXT NOT NULL,
    "enrolled_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "next_deadline_at" TIMESTAMPTZ(3),
    "next_owner_role" TEXT,
    "next_owner_organisation_id" UUID,
    "next_owner_staff_id" TEXT,
    "overdue_since" TIMESTAMPTZ(3),
    "paused_until" TIMESTAMPTZ(3),
    "armed_until" TIMESTAMPTZ(3),
    "poke_seq" INTEGER NOT NULL DEFAULT 0,
    "poked_seq" INTEGER NOT NULL DEFAULT 0,
    "poke_raised_at" TIMESTAMPTZ(3),
    "poked_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "ending" TEXT,
    "district_id" UUID NOT NULL,
    "hospital_id" UUID NOT NULL,
    "centre_id" UUID NOT NULL,
    "doctor_id" UUID,

    CONSTRAINT "journey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "journey_event" (
    "journey_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "event_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "event" JSON NOT NULL,
    "body_hash" TEXT NOT NULL,
    "patch" JSON NOT NULL,
    "effects" JSON NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "happened_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "program_release" TEXT NOT NULL,
    "calendar_version" TEXT NOT NULL,
    "definition_version" INTEGER NOT NULL,

    CONSTRAINT "journey_event_pkey" PRIMARY KEY ("journey_id","seq")
);

-- CreateTable
CREATE TABLE "open_step" (
    "journey_id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "owner_role" TEXT NOT NULL,
    "owner_organisation_id" UUID NOT NULL,
    "owner_staff_id" TEXT,
    "opened_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "wake_at" TIMESTAMPTZ(3),
    "cycle" INTEGER NOT NULL,
    "rung" INTEGER NOT NULL,
    "acknowledged_until" TIMESTAMPTZ(3),
    "district_id" UUID NOT NULL,
    "hospital_id" UUID NOT NULL,
    "centre_id" UUID NOT NULL,

    CONSTRAINT "open_step_pkey" PRIMARY KEY ("journey_id","step")
);

-- CreateTable
CREATE TABLE "notice" (
    "key" TEXT NOT NULL,
    "journey_id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "recipient_kind" TEXT NOT NULL,
    "recipient_role" TEXT,
    "recipient_id" TEXT,
    "template" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "queued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "finished_at" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "notice_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "notice_delivery" (
    "notice_key" TEXT NOT NULL,
    "addressee_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "error" TEXT,
    "finished_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "notice_delivery_pkey" PRIMARY KEY ("notice_key","addressee_id")
);

-- CreateTable
CREATE TABLE "outside_work" (
    "id" TEXT NOT NULL,
    "journey_id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'requested',
    "result" JSONB,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "outside_work_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox" (
    "source" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "position" BIGSERIAL NOT NULL,
    "journey_id" UUID NOT NULL,
    "body" JSON NOT NULL,
    "body_hash" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'received',
    "refusal" JSONB,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "handled_at" TIMESTAMPTZ(3),

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("source","id")
);

-- CreateTable
CREATE TABLE "referral" (
    "journey_id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "from_organisation_id" UUID NOT NULL,
    "to_organisation_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "referral_pkey" PRIMARY KEY ("journey_id","step")
);

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "organisation_code_key" ON "organisation"("code");

-- CreateIndex
CREATE INDEX "organisation_parent_id_idx" ON "organisation"("parent_id");

-- CreateIndex
CREATE INDEX "organisation_name_name_idx" ON "organisation_name"("name");

-- CreateIndex
CREATE UNIQUE INDEX "staff_code_key" ON "staff"("code");

-- CreateIndex
CREATE INDEX "staff_organisation_id_role_idx" ON "staff"("organisation_id", "role");

-- CreateIndex
CREATE UNIQUE INDEX "resident_identity_number_key" ON "resident"("identity_number");

-- CreateIndex
CREATE INDEX "resident_centre_id_name_idx" ON "resident"("centre_id", "name");

-- CreateIndex
CREATE INDEX "person_event_resident_id_idx" ON "person_event"("resident_id");

-- CreateIndex
CREATE INDEX "journey_resident_id_idx" ON "journey"("resident_id");

-- CreateIndex
CREATE INDEX "journey_hospital_id_resident_id_idx" ON "journey"("hospital_id", "resident_id");

-- CreateIndex
CREATE UNIQUE INDEX "journey_event_event_id_key" ON "journey_event"("event_id");

-- CreateIndex
CREATE INDEX "notice_journey_id_step_idx" ON "notice"("journey_id", "step");

-- CreateIndex
CREATE INDEX "outside_work_journey_id_idx" ON "outside_work"("journey_id");

-- CreateIndex
CREATE UNIQUE INDEX "inbox_position_key" ON "inbox"("position");

-- CreateIndex
CREATE INDEX "inbox_journey_id_idx" ON "inbox"("journey_id");

-- CreateIndex
CREATE INDEX "referral_to_organisation_id_status_due_at_idx" ON "referral"("to_organisation_id", "status", "due_at");

-- CreateIndex
CREATE INDEX "referral_from_organisation_id_status_due_at_idx" ON "referral"("from_organisation_id", "status", "due_at");

-- AddForeignKey
ALTER TABLE "organisation" ADD CONSTRAINT "organisation_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "organisation" ADD CONSTRAINT "organisation_referral_hospital_id_fkey" FOREIGN KEY ("referral_hospital_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "organisation_name" ADD CONSTRAINT "organisation_name_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "staff" ADD CONSTRAINT "staff_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "staff" ADD CONSTRAINT "staff_deputy_id_fkey" FOREIGN KEY ("deputy_id") REFERENCES "staff"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resident" ADD CONSTRAINT "resident_contract_doctor_id_fkey" FOREIGN KEY ("contract_doctor_id") REFERENCES "staff"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resident" ADD CONSTRAINT "resident_centre_id_fkey" FOREIGN KEY ("centre_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resident" ADD CONSTRAINT "resident_merged_into_id_fkey" FOREIGN KEY ("merged_into_id") REFERENCES "resident"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "person_event" ADD CONSTRAINT "person_event_resident_id_fkey" FOREIGN KEY ("resident_id") REFERENCES "resident"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "journey" ADD CONSTRAINT "journey_resident_id_fkey" FOREIGN KEY ("resident_id") REFERENCES "resident"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "journey" ADD CONSTRAINT "journey_pathway_version_fkey" FOREIGN KEY ("pathway", "version") REFERENCES "pathway_definition"("pathway", "version") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "journey_event" ADD CONSTRAINT "journey_event_journey_id_fkey" FOREIGN KEY ("journey_id") REFERENCES "journey"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "open_step" ADD CONSTRAINT "open_step_journey_id_fkey" FOREIGN KEY ("journey_id") REFERENCES "journey"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_journey_id_fkey" FOREIGN KEY ("journey_id") REFERENCES "journey"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice_delivery" ADD CONSTRAINT "notice_delivery_notice_key_fkey" FOREIGN KEY ("notice_key") REFERENCES "notice"("key") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outside_work" ADD CONSTRAINT "outside_work_journey_id_fkey" FOREIGN KEY ("journey_id") REFERENCES "journey"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inbox" ADD CONSTRAINT "inbox_journey_id_fkey" FOREIGN KEY ("journey_id") REFERENCES "journey"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral" ADD CONSTRAINT "referral_journey_id_fkey" FOREIGN KEY ("journey_id") REFERENCES "journey"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

-- The promise, as a constraint: an open journey has a next deadline, and the deadline has an owner.
ALTER TABLE "journey" ADD CONSTRAINT "journey_never_stranded" CHECK (
  "ended_at" IS NOT NULL
  OR ("next_deadline_at" IS NOT NULL AND "next_owner_role" IS NOT NULL AND "next_owner_organisation_id" IS NOT NULL)
);
ALTER TABLE "organisation" ADD CONSTRAINT "organisation_level_known" CHECK ("level" IN ('district', 'hospital', 'centre', 'team'));
ALTER TABLE "resident" ADD CONSTRAINT "resident_sex_known" CHECK ("sex" IN ('male', 'female'));
ALTER TABLE "resident" ADD CONSTRAINT "resident_status_known" CHECK ("status" IN ('active', 'died', 'moved', 'merged'));
ALTER TABLE "notice" ADD CONSTRAINT "notice_status_known" CHECK ("status" IN ('queued', 'superseded', 'sent', 'failed', 'expired'));
ALTER TABLE "notice_delivery" ADD CONSTRAINT "notice_delivery_status_known" CHECK ("status" IN ('sent', 'failed'));
ALTER TABLE "outside_work" ADD CONSTRAINT "outside_work_status_known" CHECK ("status" IN ('requested', 'started', 'done', 'failed', 'unknown', 'held'));
ALTER TABLE "inbox" ADD CONSTRAINT "inbox_status_known" CHECK ("status" IN ('received', 'done', 'refused'));
ALTER TABLE "open_step" ADD CONSTRAINT "open_step_status_known" CHECK ("status" IN ('open', 'scheduled'));

-- The clock: what is owed, what is next, what the workflow says it waits for.
CREATE INDEX "journey_poke_owed" ON "journey" ("poke_raised_at") WHERE "poke_seq" > "poked_seq";
CREATE INDEX "journey_open_next_deadline" ON "journey" ("next_deadline_at") WHERE "ended_at" IS NULL;
CREATE INDEX "journey_open_armed_until" ON "journey" ("armed_until") WHERE "ended_at" IS NULL;
CREATE INDEX "journey_open_overdue_since" ON "journey" ("overdue_since", "id") WHERE "ended_at" IS NULL AND "overdue_since" IS NOT NULL;
CREATE UNIQUE INDEX "journey_one_open_per_pathway" ON "journey" ("resident_id", "pathway") WHERE "ended_at" IS NULL;

-- Looking people up by the beginning of a name or a telephone number.
CREATE INDEX "resident_name_prefix" ON "resident" ("name" text_pattern_ops) WHERE "status" <> 'merged';
CREATE INDEX "resident_phone_prefix" ON "resident" ("phone" text_pattern_ops) WHERE "status" <> 'merged';

-- The worklist, by keyset: one index for each level that a caller can stand on, and one for an owner organisation.
CREATE INDEX "open_step_owner" ON "open_step" ("owner_organisation_id", "due_at", "journey_id", "step") WHERE "status" = 'open';
CREATE INDEX "open_step_centre" ON "open_step" ("centre_id", "due_at", "journey_id", "step") WHERE "status" = 'open';
CREATE INDEX "open_step_hospital" ON "open_step" ("hospital_id", "due_at", "journey_id", "step") WHERE "status" = 'open';
CREATE INDEX "open_step_district" ON "open_step" ("district_id", "due_at", "journey_id", "step") WHERE "status" = 'open';

CREATE INDEX "notice_queued" ON "notice" ("due_at", "key") WHERE "status" = 'queued';
CREATE INDEX "outside_work_unfinished" ON "outside_work" ("id") WHERE "status" IN ('requested', 'started', 'held');
CREATE INDEX "inbox_received" ON "inbox" ("position") WHERE "status" = 'received';

-- What a person has to look at.
CREATE INDEX "notice_failed" ON "notice" ("finished_at") WHERE "status" = 'failed';
CREATE INDEX "inbox_refused" ON "inbox" ("position") WHERE "status" = 'refused';

-- History is written once.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused; record a new row instead', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END;
$$;
CREATE TRIGGER "journey_event_append_only" BEFORE UPDATE OR DELETE ON "journey_event" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "journey_event_no_truncate" BEFORE TRUNCATE ON "journey_event" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "pathway_definition_immutable" BEFORE UPDATE OR DELETE ON "pathway_definition" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "pathway_definition_no_truncate" BEFORE TRUNCATE ON "pathway_definition" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "calendar_append_only" BEFORE UPDATE OR DELETE ON "calendar" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
