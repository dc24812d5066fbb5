package dev.cdcpipeline.mirror;

/** A few rows, with about 20 kills. */
class ReplayCrashIT extends ReplayCrashes {

    ReplayCrashIT() {
        super(2);
    }
}
