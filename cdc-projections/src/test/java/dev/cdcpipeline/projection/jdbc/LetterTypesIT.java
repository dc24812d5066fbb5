package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.FailureJudge;
import dev.cdcpipeline.target.ParkingSession;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A replayed row is the row that was parked, to the last character. */
class LetterTypesIT {
    private static final String[] COLUMNS = {
        "id bigint",
        "amount numeric(40,12)",
        "free numeric",
        "at timestamp(6) without time zone",
        "at_zone timestamp with time zone",
        "days integer[]",
        "words text[]",
        "bytes bytea",
        "mood public.mood",
        "moods public.mood[]",
        "doc json",
        "docb jsonb",
        "nothing text",
        "large text",
        "real8 double precision",
        "addr inet"
    };
    private static final String[] VALUES = {
        "9223372036854775807",
        "-1234567890123456789012345678.000000000100",
        "NaN",
        "294276-12-31 23:59:59.999999",
        "2026-03-01 10:00:00.123456+00",
        "{{1,NULL},{3,4}}",
        "{\"a \\\"b\\\\ c\",NULL,\"NULL\",\"\",\"ü😀\"}",
        "\\x00ff10",
        "so so",
        "{\"so so\",NULL}",
        "{\"b\" : 1,  \"a\":2}",
        "{\"a\": 2}",
        null,
        "tab\t line\n cr\r 'quote' \u2028 end ",
        "-Infinity",
        "192.168.0.0/24"
    };

    @Test
    void numbers_moments_arrays_bytes_enums_and_documents_come_out_as_they_were() {
        try (TestDatabase database = PostgresSource.shared().freshDatabase("letter_types")) {
            Changes things = Changes.typed("public.things", 1, COLUMNS);
            JdbcTarget target = JdbcTarget.named("copy", database.dataSource())
                    .project(MirrorProjection.from("public.things")
                            .into("public.copied")
                            .build());
            FailureJudge judge = new JudgeUnderTest();
            TargetUnderTest test = new TargetUnderTest(target, things);
            database.execute(
                    "create type mood as enum ('fine', 'so so')",
                    "create table copied (" + String.join(", ", COLUMNS) + ", primary key (id), check (id < 5))");
            String[] partial = VALUES.clone();
            partial[13] = TextRow.UNCHANGED;
            partial[14] = "0.1";
            try (ParkingSession session = test.open(1)) {
                session.isolate(new ChangeBatch(List.of(things.create(VALUES))), test.next(), judge);
                session.isolate(new ChangeBatch(List.of(things.update(partial))), test.next(), judge);
                assertThat(session.parked()).containsEntry("public.copied", 2L);
                database.execute("alter table copied drop constraint copied_id_check");

                assertThat(session.replay(DeadLetterFilter.all(), 0, 1).done()).isEqualTo(1);
                assertThat(session.replay(DeadLetterFilter.all(), 0, 1).done()).isEqualTo(1);
            }
            String[] expected = VALUES.clone();
            expected[14] = "0.1";
            for (int i = 0; i < COLUMNS.length; i++) {
                String column = COLUMNS[i].split(" ", 2)[0];
                String literal = expected[i] == null
                        ? "null"
                        : "$x$" + expected[i] + "$x$::" + COLUMNS[i].split(" ", 2)[1];
                assertThat(database.queryString(
                                "select " + column + "::text is not distinct from (" + literal + ")::text from copied"))
                        .as(column)
                        .isEqualTo("t");
            }
        }
    }
}
