package dev.cdcpipeline.mirror;

/** More rows, killed at each step: about 40 kills. */
class ReplayCrashCampaign extends ReplayCrashes {

    ReplayCrashCampaign() {
        super(5, 1);
    }
}
