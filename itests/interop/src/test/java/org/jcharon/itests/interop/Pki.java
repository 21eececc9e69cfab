// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.nio.file.Path;

/**
 * Certificates made once a run by strongSwan's pki. For each kind K: {@code K-ca.crt}, and for left and right {@code K-left.crt} and
 * {@code .key} with the identity {@code left.K.itest}; of RSA also {@code rsa-other} (identity
 * {@code other.itest}), and for left and right, with the keys of {@code rsa-left} and {@code rsa-right}, {@code expired-left} and
 * {@code foreign-left}, the latter by a CA of its own.
 */
final class Pki {

    private static final Path FOLDER = make();

    private Pki() {}

    static Path folder() {
        return FOLDER;
    }

    private static Path make() {
        Path folder = Lab.folder("pki");
        for (String kind : new String[] {"rsa", "ecdsa", "ed25519"}) {
            String options = switch (kind) {
                case "rsa" -> "--type rsa --size 2048";
                case "ecdsa" -> "--type ecdsa --size 256";
                default -> "--type ed25519";
            };
            key(folder, kind + "-ca", options);
            authority(folder, kind);
            for (String site : new String[] {"left", "right"}) {
                key(folder, kind + "-" + site, options);
                issue(
                        folder,
                        kind,
                        kind + "-" + site,
                        kind + "-" + site,
                        site + "." + kind + ".itest",
                        "--lifetime 30");
            }
        }
        key(folder, "foreign-ca", "--type rsa --size 2048");
        authority(folder, "foreign");
        issue(folder, "foreign", "rsa-left", "foreign-left", "left.rsa.itest", "--lifetime 30");
        issue(folder, "foreign", "rsa-right", "foreign-right", "right.rsa.itest", "--lifetime 30");
        key(folder, "rsa-other", "--type rsa --size 2048");
        issue(folder, "rsa", "rsa-other", "rsa-other", "other.itest", "--lifetime 30");
        for (String site : new String[] {"left", "right"}) {
            issue(
                    folder,
                    "rsa",
                    "rsa-" + site,
                    "expired-" + site,
                    site + ".rsa.itest",
                    "--not-before '01.01.20 00:00:00' --not-after '01.02.20 00:00:00'");
        }
        return folder;
    }

    private static void authority(Path folder, String name) {
        Command.sh("cd " + folder + " && pki --self --ca --in " + name + "-ca.key --dn 'C=CH, O=itest, CN=" + name
                + " CA' --lifetime 30 --outform pem > " + name + "-ca.crt");
    }

    private static void key(Path folder, String name, String options) {
        Command.sh("cd " + folder + " && pki --gen " + options + " --outform pem > " + name + ".key");
    }

    private static void issue(Path folder, String ca, String key, String name, String identity, String life) {
        Command.sh("cd " + folder + " && pki --issue --type priv --in " + key + ".key " + life + " --cacert " + ca
                + "-ca.crt --cakey " + ca + "-ca.key --dn 'C=CH, O=itest, CN=" + identity + "' --san " + identity
                + " --outform pem > " + name + ".crt");
    }
}
