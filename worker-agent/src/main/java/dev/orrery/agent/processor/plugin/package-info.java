/**
 * Processors from jars. {@link dev.orrery.agent.processor.plugin.PluginDirectory} loads each plugin
 * with its own class loader, and {@link dev.orrery.agent.processor.plugin.PluginProcessor} runs it
 * on threads that use that loader.
 *
 * <p>{@link dev.orrery.agent.processor.plugin.SdkClassLoader} exposes only the Java platform and
 * the SDK to plugins, so that they may bring any version of other libraries.
 */
package dev.orrery.agent.processor.plugin;
