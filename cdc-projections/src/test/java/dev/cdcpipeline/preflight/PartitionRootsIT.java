package dev.cdcpipeline.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.postgres.PartitionRoots;
import dev.cdcpipeline.testkit.PostgresSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which captured table a relation of the stream belongs to, also when the catalog does not tell any more. */
class PartitionRootsIT {
    private static final TableName P = new TableName("public", "p");

    private Bench bench;

    @BeforeEach
    void open() {
        bench = new Bench(PostgresSource.shared());
        bench.execute(
                "create table p (id int, k int, primary key (id, k)) partition by range (k)",
                "create table p1 partition of p for values from (0) to (10)",
                "create table p2 partition of p for values from (10) to (20) partition by range (id)",
                "create table p2a partition of p2 for values from (0) to (100)");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private int oid(String table) {
        return (int) bench.server.queryLong(bench.name, "select '" + table + "'::regclass::oid::bigint");
    }

    private PartitionRoots roots(TableName... captured) {
        return PartitionRoots.read(bench.shard().build(), Set.of(captured));
    }

    private static TableName name(String table) {
        return new TableName("public", table);
    }

    @Test
    void a_partition_on_any_level_belongs_to_the_captured_table() {
        PartitionRoots roots = roots(P);

        assertThat(roots.rootOf(oid("p1"), name("p1"))).contains(P);
        assertThat(roots.rootOf(oid("p2a"), name("p2a"))).contains(P);
        assertThat(roots.rootOf(oid("p"), P)).contains(P);
        assertThat(roots.rootOf(oid("a"), name("a"))).isEmpty();
        assertThat(roots(name("p2")).rootOf(oid("p2a"), name("p2a"))).contains(name("p2"));
        assertThat(roots(name("p2")).rootOf(oid("p1"), name("p1"))).isEmpty();
    }

    @Test
    void a_partition_that_came_later_is_asked_for_and_one_that_is_gone_is_remembered() {
        PartitionRoots roots = roots(P);
        bench.execute(
                "create table p3 partition of p for values from (20) to (30)",
                "create table p4 (id int not null, k int not null)");
        int p4 = oid("p4");
        int p1 = oid("p1");

        assertThat(roots.rootOf(oid("p3"), name("p3"))).contains(P);
        assertThat(roots.rootOf(p4, name("p4"))).isEmpty();
        bench.execute("alter table p attach partition p4 for values from (30) to (40)", "drop table p1");
        assertThat(roots.rootOf(p4, name("p4"))).contains(P);
        bench.execute("alter table p detach partition p4");

        assertThat(roots.rootOf(p4, name("p4"))).contains(P);
        assertThat(roots.rootOf(p1, name("p1"))).contains(P);
    }

    @Test
    void a_truncate_is_of_the_whole_table_if_it_leaves_no_partition_out() {
        PartitionRoots roots = roots(P);
        int p1 = oid("p1");
        int p2a = oid("p2a");

        assertThat(roots.isWhole(P, List.of(p1, p2a))).isTrue();
        assertThat(roots.isWhole(P, List.of(p1))).isFalse();

        bench.execute("drop table p2a");
        assertThat(roots.isWhole(P, List.of(p1))).isTrue();

        bench.execute("create table p3 partition of p for values from (20) to (30)");
        assertThat(roots.isWhole(P, List.of(p1))).as("until it is asked for").isTrue();
        assertThat(roots.rootOf(oid("p3"), name("p3"))).contains(P);
        assertThat(roots.isWhole(P, List.of(p1))).isFalse();
    }
}
