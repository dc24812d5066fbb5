package dev.cdcpipeline.mirror;

/** Twenty starts. */
class SimultaneousStartCampaign extends SimultaneousStarts {

    SimultaneousStartCampaign() {
        super(20);
    }
}
