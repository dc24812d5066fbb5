package dev.cdcpipeline.internal.bridge;

import java.math.BigDecimal;

/** Money as the server writes it in {@code lc_monetary = C}: {@code -$1,234.56}. Debezium's loads make numbers of it. */
final class MoneyText {
    private static final int GROUP = 3;

    private MoneyText() {}

    static String of(BigDecimal amount) {
        StringBuilder text = new StringBuilder(amount.abs().setScale(2).toPlainString());
        for (int comma = text.indexOf(".") - GROUP; comma > 0; comma -= GROUP) {
            text.insert(comma, ',');
        }
        return (amount.signum() < 0 ? "-$" : "$") + text;
    }
}
