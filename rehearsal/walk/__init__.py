"""The whole road, walked through real pages: one module a stretch, in the order of :data:`rehearsal.walk.road.ROAD`."""
