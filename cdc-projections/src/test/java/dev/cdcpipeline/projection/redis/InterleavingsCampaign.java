package dev.cdcpipeline.projection.redis;

/** {@link InterleavingsIT} in more orders where there are tens of thousands. */
class InterleavingsCampaign extends InterleavingsIT {

    @Override
    int most() {
        return 10_000;
    }
}
