package dev.cdcpipeline.mirror;

import org.junit.jupiter.api.Tag;

/** A few starts. */
@Tag("alone")
class SimultaneousStartIT extends SimultaneousStarts {

    SimultaneousStartIT() {
        super(6);
    }
}
