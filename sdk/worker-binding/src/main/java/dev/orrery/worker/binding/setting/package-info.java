/**
 * The settings {@code orrery.worker.*}, which have the same names on every platform: a platform
 * implements {@link dev.orrery.worker.binding.setting.WorkerProperties}, and {@link
 * dev.orrery.worker.binding.setting.WorkerSettingsReader} refuses values that cannot work.
 */
package dev.orrery.worker.binding.setting;
