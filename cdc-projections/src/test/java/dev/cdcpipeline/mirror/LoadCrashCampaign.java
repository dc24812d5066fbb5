package dev.cdcpipeline.mirror;

/** Two crashes of each kind. */
class LoadCrashCampaign extends LoadCrashes {

    LoadCrashCampaign() {
        super(8);
    }
}
