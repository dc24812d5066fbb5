package dev.cdcpipeline.mirror;

/** More kills, at more places of the stream. */
class AcknowledgementCrashCampaign extends AcknowledgementCrashes {

    AcknowledgementCrashCampaign() {
        super(8);
    }
}
