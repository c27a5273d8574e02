/** Applications of Quarkus with the extension, as processes. */
package dev.orrery.it.quarkus;
