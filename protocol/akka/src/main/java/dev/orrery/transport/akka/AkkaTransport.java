package dev.orrery.transport.akka;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.protocol.transport.OperationHandler;
import dev.orrery.protocol.transport.SchedulerEnd;
import dev.orrery.protocol.transport.TransportModule;
import dev.orrery.protocol.transport.WorkerEnd;

/** The transport of the protocol {@code akka}: opens the scheduler's side and the worker's side. */
public final class AkkaTransport implements TransportModule {

  @Override
  public Protocol protocol() {
    return Protocol.AKKA;
  }

  @Override
  public void check(EndpointSettings settings) {
    var unused = AdvertisedHost.host(settings);
  }

  @Override
  public SchedulerEnd listen(EndpointSettings settings, OperationHandler handler) {
    return AkkaSchedulerEnd.open(settings, handler);
  }

  @Override
  public WorkerEnd open(EndpointSettings settings) {
    return AkkaWorkerEnd.open(settings);
  }
}
