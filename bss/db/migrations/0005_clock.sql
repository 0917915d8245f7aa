CREATE TABLE "clock_goals" (
	"id" smallint PRIMARY KEY NOT NULL,
	"offset_ms" bigint NOT NULL,
	CONSTRAINT "clock_goals_one_row" CHECK ("clock_goals"."id" = 1),
	CONSTRAINT "clock_goals_ahead" CHECK ("clock_goals"."offset_ms" >= 0)
);
