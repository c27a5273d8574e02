package app;

import dev.orrery.client.OrreryClient;
import dev.orrery.client.Run;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** An HTTP endpoint that runs a job which another process serves. */
@Path("/orders/{id}")
public class Shop {
  private final Instance<OrreryClient> orrery;

  Shop(Instance<OrreryClient> orrery) {
    this.orrery = orrery;
  }

  @POST
  public String place(@PathParam("id") String id) {
    return orrery.get().runJob(Run.of("slow").parameter("pause", "PT0S"), "placed-" + id);
  }
}
