package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** A key and a certificate that signs itself, for servers on this machine, made by the JDK's keytool. */
final class RedisCertificate {

    private static final String ALIAS = "redis";

    private final Path directory;
    private final SSLSocketFactory clientSockets;

    private RedisCertificate(Path directory, SSLSocketFactory clientSockets) {
        this.directory = directory;
        this.clientSockets = clientSockets;
    }

    /** Made in this directory, which must not have one. */
    static RedisCertificate in(Path directory) {
        try {
            char[] password = UUID.randomUUID().toString().toCharArray();
            Path store = generated(directory.resolve("certificate.p12"), new String(password));
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, password);
            }
            RedisCertificate certificate = new RedisCertificate(directory, trusting(keys));
            writePem(
                    certificate.key(),
                    "PRIVATE KEY",
                    keys.getKey(ALIAS, password).getEncoded());
            writePem(
                    certificate.file(),
                    "CERTIFICATE",
                    keys.getCertificate(ALIAS).getEncoded());
            return certificate;
        } catch (IOException e) {
            throw new UncheckedIOException("The test kit cannot make a certificate in " + directory, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The test kit cannot make a certificate in " + directory, e);
        }
    }

    /** PEM; also what a client trusts. */
    Path file() {
        return directory.resolve("certificate.pem");
    }

    Path key() {
        return directory.resolve("key.pem");
    }

    SSLSocketFactory clientSockets() {
        return clientSockets;
    }

    List<String> settings() {
        return List.of(
                "tls-cert-file \"" + file() + "\"",
                "tls-key-file \"" + key() + "\"",
                "tls-ca-cert-file \"" + file() + "\"",
                "tls-auth-clients no",
                "tls-replication yes");
    }

    private static Path generated(Path store, String password) throws IOException {
        String keytool = Path.of(System.getProperty("java.home"), "bin", OperatingSystem.executable("keytool"))
                .toString();
        Path output = store.resolveSibling("keytool.log");
        Process process = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        password)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool failed: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            throw Await.interrupted(e);
        }
        return store;
    }

    private static SSLSocketFactory trusting(KeyStore keys) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    private static void writePem(Path file, String kind, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
