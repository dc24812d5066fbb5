package dev.cdcpipeline.mirror;

/** A few rows, with about 15 kills. */
class ReplayCrashIT extends ReplayCrashes {

    ReplayCrashIT() {
        super(2, 2);
    }
}
