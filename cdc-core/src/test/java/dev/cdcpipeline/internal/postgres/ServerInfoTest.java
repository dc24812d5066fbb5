package dev.cdcpipeline.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.preflight.FindingKind;
import org.junit.jupiter.api.Test;

class ServerInfoTest {

    @Test
    void a_server_that_is_too_old_is_told_which_version_is_needed() {
        assertThat(ServerInfo.tooOld("db0", 14).kind()).isEqualTo(FindingKind.SERVER_VERSION);
        assertThat(ServerInfo.tooOld("db0", 14).text())
                .isEqualTo("PostgreSQL 14 is too old; 15 or newer is needed; upgrade the server");
    }
}
