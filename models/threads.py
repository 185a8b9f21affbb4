"""One thread for each matrix product: must be imported before numpy.

Photos are judged side by side, one a core. A product split over the cores once more mostly waits: without this a
folder of 8 megapixel photos took a third longer on two cores. Where numpy is loaded already, or the variable is
set, nothing changes but the speed.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
