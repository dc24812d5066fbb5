package dev.cdcpipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.Column;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.pipeline.Bench;
import dev.cdcpipeline.pipeline.Item;
import dev.cdcpipeline.projection.redis.CacheProjection;
import dev.cdcpipeline.projection.redis.RedisTarget;
import dev.cdcpipeline.projection.redis.SetProjection;
import dev.cdcpipeline.testkit.RedisServer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several pipelines, targets and shards in one Redis, and names of any spelling. */
class RedisNeighboursIT {
    private static final String ODD_TABLE = "Odd: 'Table', {1}\u00fc \uD83D\uDE00";
    private static final String ODD_KEY = "Key\\:{1} \u8868";
    private static final List<String> ODD_VALUES =
            List.of("", " ", "a:b", "a\\:b", "{a}b", "}{", "\n\t", "\u001f", "\uD83D\uDE00", "'\"%s", "*", "1\\");

    /** A row of the table with an odd name. */
    public record Odd(
            @Column(ODD_KEY) String key,
            @Column("SELECT") int part,
            @Nullable String val) {}

    private final RedisServer redis = RedisServer.start();
    private final Bench bench = new Bench().source("db0");

    @AfterEach
    void close() {
        bench.close();
        redis.close();
    }

    private RedisTarget target(String name, String prefix) {
        return RedisTarget.named(name, redis.uri())
                .project(CacheProjection.from(Item.A)
                        .key("a:{id}")
                        .prefix(prefix)
                        .build())
                .project(SetProjection.from(Item.A)
                        .key("with:{val}")
                        .member("{shard} {id}")
                        .prefix(prefix)
                        .build());
    }

    private CdcPipelineBuilder pipeline(String name, String shard) {
        return CdcPipeline.builder()
                .name(name)
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(bench.shard(shard).build());
    }

    private Map<String, String> expected(String prefix, String shard) {
        Map<String, String> expected = new TreeMap<>(Items.of(bench.db(shard), "a", prefix + "a:"));
        Bench.rows(
                        bench.db(shard),
                        "select val || '=[' || string_agg('" + shard
                                + " ' || id, ', ' order by id::text collate \"C\") || ']' from a group by val")
                .forEach(set -> expected.put(prefix + "with:" + set.split("=")[0], set.split("=")[1]));
        return expected;
    }

    @Test
    void two_pipelines_and_two_targets_of_one_of_them_leave_each_other_alone() throws InterruptedException {
        bench.source("db1");
        for (String shard : List.of("db0", "db1")) {
            bench.db(shard).execute("insert into a select i, 'v' || i % 3, i from generate_series(1, 100) i");
        }
        CdcPipeline one = bench.startLoaded(
                pipeline("one", "db0").target(target("cache", "x:")).target(target("cache:index", "y:")));
        CdcPipeline two = bench.startLoaded(pipeline("two", "db1").target(target("cache", "z:")));

        bench.db("db0").execute("truncate a", "insert into a values (1, 'again', 1)");
        bench.db("db1").execute("delete from a where id = 2", "update a set val = 'moved' where id < 10");
        bench.awaitApplied(one, "db0");
        bench.awaitApplied(two, "db1");

        Map<String, String> expected = new TreeMap<>(expected("x:", "db0"));
        expected.putAll(expected("y:", "db0"));
        expected.putAll(expected("z:", "db1"));
        assertThat(RedisContent.of(redis.uri())).isEqualTo(expected);

        assertThat(two.awaitBackfill(two.backfill("cache", "z:a:{id}"), Bench.PATIENCE))
                .isTrue();
        redis.command("FLUSHALL");
        Bench.eventually(() -> assertThat(RedisContent.of(redis.uri())).isEqualTo(expected));
    }

    @Test
    void names_and_key_values_of_any_spelling_are_kept_apart() throws InterruptedException {
        String table = '"' + ODD_TABLE + '"';
        String create = "create table " + table + " (\"" + ODD_KEY
                + "\" text, \"SELECT\" int, val text, primary key (\"" + ODD_KEY + "\", \"SELECT\"))";
        bench.source().execute(create);
        SourceTable<Odd> odd = SourceTable.of(new TableName("public", ODD_TABLE), Odd.class);
        for (String value : ODD_VALUES) {
            bench.source()
                    .execute("insert into " + table + " values (" + literal(value) + ", 1, 'old'), (" + literal(value)
                            + ", 2, 'old')");
        }
        RedisTarget target = RedisTarget.named("Cache: \u8868 1", redis.uri())
                .project(CacheProjection.from(odd)
                        .key(row -> "odd " + row.value(ODD_KEY) + " of " + row.value("SELECT"))
                        .named("odd {1}: \u8868")
                        .build());
        CdcPipeline pipeline = bench.startLoaded(pipeline("odd", "db0").target(target));
        bench.source().execute("update " + table + " set val = 'new' where \"SELECT\" = 1");
        bench.source().execute("delete from " + table + " where \"SELECT\" = 2 and \"" + ODD_KEY + "\" <> ''");
        bench.awaitApplied(pipeline, "db0");

        Map<String, String> content = RedisContent.of(redis.uri());
        assertThat(content).hasSize(ODD_VALUES.size() + 1);
        for (String value : ODD_VALUES) {
            assertThat(content.get("odd " + value + " of 1")).as(value).contains("\"new\"");
        }

        bench.source().execute("truncate " + table);
        bench.awaitApplied(pipeline, "db0");
        assertThat(RedisContent.of(redis.uri())).isEmpty();
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
