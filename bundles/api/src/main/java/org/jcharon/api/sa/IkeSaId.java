// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.sa;

/**
 * SPIs and role of an IKE_SA.
 *
 * @param initiatorSpi SPI of the original initiator, 8 octets as a number
 * @param responderSpi SPI of the original responder, 0 while unknown
 * @param initiator whether we are the original initiator
 */
public record IkeSaId(long initiatorSpi, long responderSpi, boolean initiator) {

    /** Our own SPI: what the manager's table is keyed by. */
    public long localSpi() {
        return initiator ? initiatorSpi : responderSpi;
    }

    /** The same with the responder's SPI. */
    public IkeSaId withResponderSpi(long spi) {
        return new IkeSaId(initiatorSpi, spi, initiator);
    }

    /** strongSwan's form, an asterisk at our own SPI. */
    @Override
    public String toString() {
        return String.format(
                "%016x_i%s %016x_r%s", initiatorSpi, initiator ? "*" : "", responderSpi, initiator ? "" : "*");
    }
}
