package dev.cdcpipeline.mirror;

/** More rows, with about 40 kills. */
class ReplayCrashCampaign extends ReplayCrashes {

    ReplayCrashCampaign() {
        super(5);
    }
}
