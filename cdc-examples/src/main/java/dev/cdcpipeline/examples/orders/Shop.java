package dev.cdcpipeline.examples.orders;

import dev.cdcpipeline.testkit.PostgresSource;

/** The database of the shop, as it was before there was a cache. */
final class Shop {
    static final String DATABASE = "shop";

    private Shop() {}

    static void create(PostgresSource postgres) {
        postgres.createDatabase(DATABASE);
        postgres.execute(
                DATABASE,
                """
                create table orders (
                    id bigint primary key, customer text not null, status text not null,
                    total numeric(10, 2) not null, updated_at timestamptz not null)""",
                "insert into orders values (1, 'Ada', 'new', 99.90, now()), (2, 'Bo', 'paid', 5.00, now())");
    }
}
