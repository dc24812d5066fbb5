package dev.cdcpipeline.mirror;

/** The {@link CrashCampaign} by hand, for as long as you like; see docs/testing.md. */
public final class CrashCampaignMain {

    private CrashCampaignMain() {}

    public static void main(String[] args) {
        try {
            CampaignRun.configured(0).run();
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }
}
