/**
 * Decides which addresses may be dialed. {@link dev.orrery.protocol.network.AllowedNetworks}
 * combines the networks that an operator listed with the public internet, as {@link
 * dev.orrery.protocol.network.PublicAddresses} defines it.
 *
 * <p>It only checks addresses. Name lookups and connections belong to the callers.
 */
package dev.orrery.protocol.network;
