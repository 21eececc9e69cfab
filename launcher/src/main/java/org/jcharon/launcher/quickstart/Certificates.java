// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher.quickstart;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Makes a CA and a certificate a side, ECDSA on P-256, and writes them as PEM where swanctl.conf expects them. The
 * JDK has an API for keys only; certificates come from its keytool.
 */
final class Certificates {
    private static final String CA = "ca";

    private Certificates() {}

    /** Arguments: one folder a side, named like the side; its identity becomes {@code NAME.example}. */
    public static void main(String[] args) throws IOException, GeneralSecurityException, InterruptedException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        Path store = Files.createTempFile(Path.of(args[0]).toAbsolutePath().getParent(), "keys", ".p12");
        Files.delete(store); // keytool makes it, and refuses an empty file
        try {
            keytool(store, password, CA, "CN=jcharon quickstart CA", "-ext", "bc:c", "-ext", "ku:c=kCS,cRLs");
            for (String side : args) {
                String id = Path.of(side).getFileName() + ".example";
                keytool(store, password, id, "CN=" + id, "-signer", CA, "-ext", "san=dns:" + id, "-ext", "ku:c=dig");
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(store))) {
                keys.load(in, password.toCharArray());
            }
            for (String side : args) {
                String id = Path.of(side).getFileName() + ".example";
                Path folder = Path.of(side);
                pem(
                        folder.resolve("x509ca/ca.pem"),
                        "CERTIFICATE",
                        keys.getCertificate(CA).getEncoded());
                pem(
                        folder.resolve("x509/" + id + ".pem"),
                        "CERTIFICATE",
                        keys.getCertificate(id).getEncoded());
                byte[] key = keys.getKey(id, password.toCharArray()).getEncoded();
                pem(folder.resolve("private/" + id + ".pem"), "PRIVATE KEY", key);
            }
        } finally {
            Files.deleteIfExists(store);
        }
    }

    private static void keytool(Path store, String password, String alias, String name, String... more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-sigalg",
                "SHA256withECDSA",
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                password));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool: " + output.strip());
        }
    }

    private static void pem(Path file, String kind, byte[] der) throws IOException {
        Files.createDirectories(file.getParent());
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
