package dev.cdcpipeline.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.ConversionException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.internal.postgres.SourceTypes;
import dev.cdcpipeline.internal.shape.PgType;
import dev.cdcpipeline.internal.shape.PgType.Kind;
import dev.cdcpipeline.internal.shape.TextCodec;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Types that are altered, dropped and asked for over connections that break. */
class SourceTypesIT {
    private TestDatabase database;
    private SourceTypes types;

    @BeforeEach
    void create() {
        database = PostgresSource.shared().freshDatabase("types");
        types = new SourceTypes(shard(database.source().port()));
    }

    @AfterEach
    void drop() {
        types.close();
        database.close();
    }

    @Test
    void types_of_tables_as_most_are_cost_one_question() {
        types.type(oid("int4"));
        loseConnections();

        assertThat(types.type(oid("timestamptz")).name()).isEqualTo("timestamptz");
        assertThat(types.type(oid("_text")).element()).isEqualTo(types.type(oid("text")));
        assertThat(types.type(oid("int4range")).kind()).isEqualTo(Kind.RANGE);
        assertThat(types.sqlName(oid("jsonb"), -1)).isEqualTo("jsonb");
        assertThat(connections()).isZero();
    }

    @Test
    void a_connection_that_was_lost_is_opened_again() {
        types.type(oid("int4"));
        loseConnections();
        database.execute("create type mood as enum ('sad')");

        assertThat(types.type(oid("mood")).kind()).isEqualTo(Kind.ENUM);
    }

    @Test
    void a_type_that_was_dropped_since_is_carried_as_text() {
        database.execute("create type mood as enum ('sad')");
        int oid = oid("mood");
        database.execute("drop type mood");

        assertThat(types.type(oid)).isEqualTo(PgType.unknown(oid));
        assertThat(types.sqlName(oid, -1)).isEmpty();
        assertThat(TextCodec.of(types.type(oid)).value("sad")).isEqualTo("sad");
    }

    @Test
    void a_type_that_was_altered_is_seen_when_a_table_comes_in_a_new_shape() {
        database.execute("create type part as (a int)", "create domain parts as part[]");
        int oid = oid("part");
        assertThat(types.type(oid).fields()).hasSize(1);
        database.execute("alter type part add attribute b numeric(5,2)", "alter type part rename to piece");

        types.refresh();

        assertThat(types.type(oid).name()).isEqualTo("piece");
        assertThat(types.type(oid).fields())
                .extracting(PgType.Field::name, PgType.Field::sqlType)
                .hasToString("[(\"a\", \"integer\"), (\"b\", \"numeric(5,2)\")]");
        assertThat(types.type(oid("parts")).base().element()).isEqualTo(types.type(oid));
        assertThat(types.sqlName(oid, -1)).isEqualTo("public.piece");
    }

    @Test
    void a_value_with_a_field_that_was_added_shows_that_its_type_was_altered() {
        database.execute("create type part as (a int)");
        TextCodec codec = TextCodec.of(types.type(oid("part")), types);
        assertThat(((Row) codec.value("(1)")).value("a")).isEqualTo(1);
        database.execute("alter type part add attribute b int");

        assertThat(((Row) codec.value("(1,2)")).value("b")).isEqualTo(2);
        assertThatThrownBy(() -> codec.value("(1,2,3)")).isInstanceOf(ConversionException.class);
    }

    @Test
    void fields_that_were_dropped_are_not_there() {
        database.execute("create type part as (a int, b int, c int)", "alter type part drop attribute b");

        assertThat(types.type(oid("part")).fields())
                .extracting(PgType.Field::name)
                .containsExactly("a", "c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "integer",
                "numeric(10,2)",
                "numeric(10,2)[]",
                "character varying(20)",
                "character(5)[]",
                "bpchar",
                "bit(3)",
                "\"bit\"",
                "\"char\"",
                "bit varying(5)",
                "timestamp(3) without time zone",
                "time(2) with time zone[]",
                "interval day to second(3)",
                "interval(2)[]",
                "public.hstore",
                "public.hstore[]",
                "\"My \"\"shop\"\"\".\"A mood(1)[]\"",
                "\"My \"\"shop\"\"\".\"A mood(1)[]\"[]",
                "\"My \"\"shop\"\"\".pair[]",
                "\"My \"\"shop\"\"\".span",
                "\"My \"\"shop\"\"\".positive"
            })
    void a_type_is_found_by_its_name(String name) {
        createTypesOfUsers();
        database.execute("create table named (c " + name + ")");
        long oid = database.queryLong(
                "select atttypid::bigint from pg_attribute where attrelid = 'named'::regclass" + " and attname = 'c'");

        assertThat(types.named(name)).isEqualTo(types.type((int) oid));
        assertThat(types.named(name).kind()).isNotEqualTo(Kind.UNKNOWN);
    }

    @Test
    void a_type_is_found_in_a_schema_that_the_user_may_not_use() {
        createTypesOfUsers();
        database.execute("drop role if exists no_usage", "create role no_usage login password 'x'");
        try (SourceTypes refused = new SourceTypes(shard(database.source().port(), "no_usage", "x"))) {
            assertThat(refused.named("\"My \"\"shop\"\"\".pair").fields()).hasSize(1);
        } finally {
            database.execute("drop role no_usage");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop.gone", "gone", "public.gone[]", "public.gone(5)"})
    void a_name_that_no_type_has_any_more_is_carried_as_text(String name) {
        assertThat(TextCodec.of(types.named(name)).value("sad")).isEqualTo("sad");
        assertThat(types.named(name).kind()).isEqualTo(Kind.UNKNOWN);
    }

    private void createTypesOfUsers() {
        String shop = "\"My \"\"shop\"\"\".";
        database.execute(
                "create extension if not exists hstore",
                "create schema \"My \"\"shop\"\"\"",
                "create type " + shop + "\"A mood(1)[]\" as enum ('sad')",
                "create type " + shop + "pair as (a numeric(5,2))",
                "create type " + shop + "span as range (subtype = float8)",
                "create domain " + shop + "positive as numeric(20,5) check (value > 0)");
    }

    @Test
    void a_source_that_does_not_answer_is_named() {
        try (SourceTypes unreachable = new SourceTypes(shard(1))) {
            assertThatThrownBy(() -> unreachable.type(23))
                    .isInstanceOf(TransientFailure.class)
                    .hasMessageStartingWith("[db0] ")
                    .hasMessageContaining("cannot be reached")
                    .hasMessageNotContaining(database.source().password());
        }
    }

    @Test
    void nobody_connects_any_more_after_the_end() {
        types.type(oid("int4"));
        types.close();
        Awaitility.await().until(() -> connections() == 0);

        assertThat(types.type(oid("int8")).name()).isEqualTo("int8");
        database.execute("create type mood as enum ('sad')");
        assertThatThrownBy(() -> types.type(oid("mood"))).isInstanceOf(TransientFailure.class);
        assertThat(connections()).isZero();
    }

    private PostgresShard shard(int port) {
        return shard(port, database.source().username(), database.source().password());
    }

    private PostgresShard shard(int port, String user, String password) {
        return PostgresShard.named("db0")
                .host(database.source().host())
                .port(port)
                .database(database.name())
                .user(user)
                .password(password)
                .build();
    }

    private int oid(String type) {
        return (int) database.queryLong("select '" + type + "'::regtype::oid::bigint");
    }

    private long connections() {
        return database.queryLong("select count(*) from pg_stat_activity where datname = current_database()"
                + " and application_name like 'cdc-pipeline%'");
    }

    private void loseConnections() {
        database.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                + " and application_name like 'cdc-pipeline%'");
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> connections() == 0);
    }
}
