package dev.cdcpipeline.mirror;

/** One crash of each kind. */
class LoadCrashIT extends LoadCrashes {

    LoadCrashIT() {
        super(4);
    }
}
