package dev.cdcpipeline.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.TableName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A boundary is built, never copied, and says MESSAGE: with COMMIT the connector drops rows. */
class BoundaryTextTest {
    private static final String BOUNDARY = BoundaryText.of(26_000_123L, 77, 1_700_000_000_000_001L);

    @Test
    void all_three_locations_are_the_end_of_the_transaction_and_the_type_is_message() {
        assertThat(BOUNDARY)
                .isEqualTo("{\"lsn\":26000123,\"lsn_proc\":26000123,\"lsn_commit\":26000123,"
                        + "\"messageType\":\"MESSAGE\",\"txId\":77,\"ts_usec\":1700000000000001}");
        assertThat(BoundaryText.lsn(BOUNDARY)).isEqualTo(26_000_123L);
        assertThat(BoundaryText.transactionId(BOUNDARY)).isEqualTo(77);
    }

    @Test
    void a_location_beyond_the_signed_range_is_kept() {
        assertThat(BoundaryText.lsn(BoundaryText.of(-16, 1, 0))).isEqualTo(-16);
    }

    @Test
    void the_engines_offset_is_the_boundary_with_the_load_and_nothing_of_the_open_transaction() {
        String load =
                IncrementalLoadMark.seed(List.of(TableName.parse("a")), "id").text();

        String offset = BoundaryText.engineOffset(BOUNDARY, load);

        assertThat(offset)
                .contains("\"messageType\":\"MESSAGE\"", "\"lsn_commit\":26000123", "incremental_snapshot_collections")
                .doesNotContain("transaction_", "COMMIT\"");
        assertThat(BoundaryText.engineOffset(BOUNDARY, null)).isEqualTo(BOUNDARY);
    }

    @Test
    void what_is_no_boundary_is_refused() {
        assertThatThrownBy(() -> BoundaryText.lsn("[]")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BoundaryText.lsn("{")).isInstanceOf(IllegalArgumentException.class);
    }
}
