package dev.orrery.powerjob.akka;

import dev.orrery.powerjob.port.WorkerMessageHandler;
import dev.orrery.powerjob.port.WorkerPort;
import dev.orrery.powerjob.port.WorkerPortModule;
import dev.orrery.protocol.transport.EndpointSettings;

/** Opens the port for PowerJob workers whose protocol is AKKA. */
public final class AkkaPortModule implements WorkerPortModule {

  @Override
  public WorkerPort open(
      EndpointSettings settings, boolean requiresOwnAddress, WorkerMessageHandler handler) {
    return AkkaWorkerPort.open(settings, requiresOwnAddress, handler);
  }
}
