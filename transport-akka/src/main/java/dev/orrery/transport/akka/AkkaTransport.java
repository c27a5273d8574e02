package dev.orrery.transport.akka;

import dev.orrery.protocol.Transport;
import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.protocol.transport.SchedulerEnd;
import dev.orrery.protocol.transport.TransportModule;
import dev.orrery.protocol.transport.VerbHandler;
import dev.orrery.protocol.transport.WorkerEnd;

/** The protocol {@code akka}. */
public final class AkkaTransport implements TransportModule {

  @Override
  public Transport transport() {
    return Transport.AKKA;
  }

  @Override
  public void check(EndpointSettings settings) {
    var unused = Advertised.host(settings);
  }

  @Override
  public SchedulerEnd listen(EndpointSettings settings, VerbHandler handler) {
    return AkkaSchedulerEnd.open(settings, handler);
  }

  @Override
  public WorkerEnd open(EndpointSettings settings) {
    return AkkaWorkerEnd.open(settings);
  }
}
