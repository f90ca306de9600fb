-- Two lanes for the pokes that are owed. A journey whose clock was never set waits in an order of its own, by its
-- first deadline: many enrolments at once must not hide a poke that cannot wait. `poked_seq = 0` says "never set".
CREATE INDEX "journey_poke_owed_waked" ON "journey" ("poke_raised_at") WHERE "poke_seq" > "poked_seq" AND ("poked_seq" > 0 OR "next_deadline_at" IS NULL);
CREATE INDEX "journey_poke_owed_first" ON "journey" ("next_deadline_at", "id") WHERE "poke_seq" > "poked_seq" AND "poked_seq" = 0;

-- Outside work that no workflow has begun: its journey's first poke does not wait.
CREATE INDEX "outside_work_requested" ON "outside_work" ("journey_id") WHERE "status" = 'requested';
