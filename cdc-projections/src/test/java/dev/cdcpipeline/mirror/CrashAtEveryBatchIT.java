package dev.cdcpipeline.mirror;

/** A short COPY. */
class CrashAtEveryBatchIT extends CrashAtEveryBatch {

    CrashAtEveryBatchIT() {
        super(150);
    }
}
