package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.ErrorCode;

/**
 * A PowerJob worker that was refused.
 *
 * @param app the opened app that the worker names; null if it names none
 * @param requestedApp the text that it sends instead of an opened app, of bounded length; may be
 *     null
 * @param address the address of the caller, without the port
 * @param detail what is wrong, of bounded length
 * @param settingToChange the setting with its side, without any text of the caller: health checks
 *     show it without a token
 */
public record PowerJobRefusal(
    String app,
    String requestedApp,
    String address,
    ErrorCode code,
    String detail,
    String settingToChange) {}
