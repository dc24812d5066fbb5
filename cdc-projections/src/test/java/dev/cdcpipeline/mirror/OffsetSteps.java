package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.offset.jdbc.JdbcSchema;
import dev.cdcpipeline.offset.jdbc.SchemaMode;
import dev.cdcpipeline.testkit.TestDatabase;

/** A trigger in a read model that notes every move of an offset, and each that goes back: none may, whatever is killed. */
public final class OffsetSteps {
    private final TestDatabase readModel;

    private OffsetSteps(TestDatabase readModel) {
        this.readModel = readModel;
    }

    /** Makes the offsets' table, if it is not there, and begins to note. */
    public static OffsetSteps noteIn(TestDatabase readModel) {
        JdbcSchema.TARGET.prepare(readModel.dataSource(), SchemaMode.CREATE, "the test");
        readModel.execute(
                "create table step_back (was text, became text)",
                "create table step_seen (n int)",
                """
                create function place(pos text) returns numeric[] language sql as $$
                    select array[('x' || lpad(split_part(pos, '/', 1), 16, '0'))::bit(64)::bigint,
                                 ('x' || lpad(split_part(pos, '/', 2), 16, '0'))::bit(64)::bigint,
                                 split_part(pos, '/', 3)::int]::numeric[] $$""",
                """
                create function check_step() returns trigger language plpgsql as $$ begin
                    insert into step_seen values (1);
                    if old.position is not null
                            and (new.position is null
                                or (new.boundary::json ->> 'lsn_commit')::numeric < (old.boundary::json ->> 'lsn_commit')::numeric
                                or place(new.position) < place(old.position)) then
                        insert into step_back values (old.boundary || old.position, new.boundary || new.position);
                    end if;
                    return null;
                end $$""",
                "create trigger step after update on cdc_offset for each row execute function check_step()");
        return new OffsetSteps(readModel);
    }

    /** Neither boundary nor position has gone back, and it was looked. */
    public void assertNoneBack() {
        assertThat(readModel.queryLong("select count(*) from step_seen"))
                .as("moves of the offset")
                .isPositive();
        assertThat(readModel.queryStrings("select concat(was, ' -> ', became) from step_back"))
                .as("boundary or position that went back")
                .isEmpty();
    }
}
