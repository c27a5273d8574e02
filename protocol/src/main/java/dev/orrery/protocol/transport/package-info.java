/** What a transport that is a module of its own, such as akka, has to be for both sides. */
package dev.orrery.protocol.transport;
