package dev.cdcpipeline.mirror;

/** Two kills at each of the two places. */
class AcknowledgementCrashIT extends AcknowledgementCrashes {

    AcknowledgementCrashIT() {
        super(4);
    }
}
