package dev.cdcpipeline.projection.redis;

/** {@link InterleavingsIT} in every order also where there are tens of thousands; a few minutes. */
class InterleavingsCampaign extends InterleavingsIT {

    @Override
    int most() {
        return 50_000;
    }
}
