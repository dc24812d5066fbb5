package dev.cdcpipeline.mirror;

/** A longer COPY. */
class CrashAtEveryBatchCampaign extends CrashAtEveryBatch {

    CrashAtEveryBatchCampaign() {
        super(400);
    }
}
