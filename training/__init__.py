"""How the inspection engine is made, and how good it is.

Owns: the export of the backbone, the harder versions of photos, the measurement of accuracy and speed.
May import: `models`, and what `requirements.txt` adds to the service's packages (torch, torchvision).
Nothing imports this package: the service and the workers run on machines that install neither of them.
"""
