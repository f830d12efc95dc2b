from django.http import Http404


def countries(request):
    raise Http404


def country(request, code):
    raise Http404
