package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.SchemaDrift;
import dev.cdcpipeline.offset.jdbc.SchemaMode;
import dev.cdcpipeline.target.TargetSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What open() says about a view that does not fit: who, which table and column, and what to do. */
class ViewChecksIT {

    private OrderView view;

    @BeforeEach
    void create() {
        view = new OrderView();
    }

    @AfterEach
    void drop() {
        view.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        drop table order_view                                          | table 'public.order_view' does not exist; create it
        drop table order_view; create view order_view as select 1      | is not a table
        alter table order_view drop column note                        | has no column 'note', its columns are [id, customer]; add it
        alter table order_view drop constraint order_view_pkey         | add primary key ("id")
        alter table order_view drop constraint order_view_pkey; create unique index on order_view (id) where id > 0 | no primary key or unique index over exactly [id]
        alter table order_view drop constraint order_view_pkey; create unique index on order_view (id, customer) | no primary key or unique index over exactly [id]
        alter table order_view drop constraint order_view_pkey; alter table order_view add unique (id) deferrable | no primary key or unique index over exactly [id]
        alter table order_view add extra int not null                  | NOT NULL without a default and not mapped: [extra]
        alter table order_view drop note, add note text generated always as ('x') stored | 'public.order_view.note' is generated
        """)
    void refuses_a_view_that_does_not_fit(String alteration, String message) {
        view.database.execute(alteration.split(";"));

        assertThatThrownBy(() -> view.test().open(1))
                .isInstanceOf(CdcException.class)
                .hasMessageStartingWith(
                        "[db0] target 'read-model' projection of public.orders into 'public.order_view'")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        alter table order_view add extra int not null default 5
        alter table order_view add extra bigint generated always as identity
        alter table order_view drop constraint order_view_pkey; create unique index on order_view (id) include (note)
        alter table order_view alter id add generated always as identity
        """)
    void accepts_a_view_that_fits(String alteration) {
        view.database.execute(alteration.split(";"));
        TargetUnderTest test = view.test();
        try (TargetSession session = test.open(1)) {
            test.apply(session, view.orders.create("77", "a", "x", "n"), view.orders.update("77", "b", "x", "n"));
        }
        assertThat(view.rows()).containsExactly("77|b|n");
    }

    @Test
    void needs_a_key_of_the_source_or_a_named_one() {
        TargetUnderTest keyless = new TargetUnderTest(view.target());
        assertThatThrownBy(() -> keyless.open(1))
                .hasMessageContaining("needs a key")
                .hasMessageContaining("key(...)");

        JdbcTarget otherKey = view.target(UpsertProjection.from(OrderView.ORDERS)
                .key("customer")
                .into("order_view")
                .build());
        assertThatThrownBy(() -> new TargetUnderTest(otherKey, view.orders).open(1))
                .hasMessageContaining("has key [customer], but the source table has key [id]");
    }

    @Test
    void needs_the_shard_column_in_the_key() {
        view.database.execute("alter table order_view add shard text");
        JdbcTarget target = view.target(UpsertProjection.from(OrderView.ORDERS)
                .into("order_view")
                .shardColumn("shard")
                .build());
        assertThatThrownBy(() -> new TargetUnderTest(target, view.orders).open(1))
                .hasMessageContaining("over exactly [id, shard]");
    }

    @Test
    void names_a_column_that_the_source_has_lost() {
        Changes altered = new Changes("public.orders", 1, "id", "customer");
        TargetUnderTest test = view.test();
        try (TargetSession session = test.open(1)) {
            assertThatThrownBy(() -> test.apply(session, altered.create("1", "a")))
                    .isInstanceOf(SchemaDrift.class)
                    .hasMessageContaining("the source has no column 'note' any more, its columns are [id, customer]");
        }
    }

    @Test
    void claims_nothing_when_it_cannot_be_opened() {
        view.test().open(1).close();
        view.database.execute("alter table order_view rename note to remark");

        assertThatThrownBy(() -> view.test().open(5)).isInstanceOf(CdcException.class);

        view.database.execute("alter table order_view rename remark to note");
        assertThatCode(() -> view.test().open(2).close()).doesNotThrowAnyException();
    }

    @Test
    void checks_its_own_tables_without_making_them_if_told_so() {
        JdbcTarget target = view.target().schemaMode(SchemaMode.VALIDATE);
        assertThatThrownBy(() -> new TargetUnderTest(target, view.orders).open(1))
                .isInstanceOf(CdcException.class)
                .hasMessageContaining("[db0] target 'read-model' lacks table cdc_offset, table cdc_missing_row")
                .hasMessageContaining("/dev/cdcpipeline/offset/jdbc/schema/v1/target-postgresql.sql");

        view.test().open(1).close();
        assertThatCode(() -> new TargetUnderTest(target, view.orders).open(2).close())
                .doesNotThrowAnyException();
    }

    @Test
    void refuses_two_columns_written_to_one() {
        assertThatThrownBy(() -> UpsertProjection.from(OrderView.ORDERS)
                        .into("order_view")
                        .column("note", "customer")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("writes column 'customer' twice");
        assertThatThrownBy(() -> UpsertProjection.from(OrderView.ORDERS).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lacks into(...)");
    }
}
